declare const auth: ReturnType<typeof betterAuth>;

// shown from here

import type { betterAuth } from "better-auth";

const { accessToken } = await auth.api.getAccessToken({
  body: { accountId: "the id of alice's account at Google", userId: "alice" },
});
