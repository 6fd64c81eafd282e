import { z } from "zod";

// shown from here

const parameters = z.object({ calendar: z.string(), maxResults: z.int().max(50).default(10) });
