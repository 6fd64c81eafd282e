import { gusto } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(gusto({ ...registration }), {
  authorizationParameters: {},
  granted: {
    json: {
      access_token: "JKrGqRyrYfY1PB0YhsuRkbrrWBJ5iSUODDNA28D3yMc",
      refresh_token: "T0jHy4Oc3FWi7hDPEMPdpbGiLpB0rWeb1ZJOJVB36oU",
      expires_in: 7200,
    },
    gives: {
      accessToken: "JKrGqRyrYfY1PB0YhsuRkbrrWBJ5iSUODDNA28D3yMc",
      refreshToken: "T0jHy4Oc3FWi7hDPEMPdpbGiLpB0rWeb1ZJOJVB36oU",
      expiresInSeconds: 7200,
      scopes: [],
    },
  },
  refreshed: {
    json: {
      access_token: "KLsHrSzsZgZ2QC1ZitvSlcssXCK6jTVPEEOB39E4zNd",
      token_type: "Bearer",
      refresh_token: "U1kIz5Pd4GXj8iEQFNQeqcHjMqC1sXfc2aKPKWC47pV",
      expires_in: 7200,
    },
    gives: {
      accessToken: "KLsHrSzsZgZ2QC1ZitvSlcssXCK6jTVPEEOB39E4zNd",
      refreshToken: "U1kIz5Pd4GXj8iEQFNQeqcHjMqC1sXfc2aKPKWC47pV",
      expiresInSeconds: 7200,
      scopes: [],
    },
  },
  refusals: [
    {
      name: "a spent refresh token",
      kind: "terminal",
      status: 400,
      json: { error: "invalid_grant" },
    },
    {
      name: "a wrong client secret",
      kind: "configuration",
      status: 401,
      json: { error: "invalid_client" },
    },
  ],
  account: {
    json: {
      scope: "companies:read",
      resource: { type: "Company", uuid: "d525dd21-ba6e-482c-be15-c2c7237f1364" },
      resource_owner: { type: "CompanyAdmin", uuid: "3f1d2c4b-1a2b-4c3d-8e9f-0a1b2c3d4e5f" },
    },
    is: { subject: "3f1d2c4b-1a2b-4c3d-8e9f-0a1b2c3d4e5f" },
  },
});
