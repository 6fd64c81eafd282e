export type { GetTokenOptions, TokenSource } from "./token-source.js";
