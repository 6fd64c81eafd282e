import type { OAuth2Config } from "@rak-oauth/core";
import type { Environment } from "@rak-oauth/environment";
import {
  facebook,
  github,
  google,
  microsoft,
  type PresetRegistration,
  zoom,
} from "@rak-oauth/oidc-discovery";

/** Providers that need no address, by name. */
export const presets: Readonly<
  Record<string, (registration: PresetRegistration, environment: Environment) => OAuth2Config>
> = {
  facebook: (registration) => facebook(registration),
  github: (registration) => github(registration),
  google: (registration) => google(registration),
  microsoft: (registration, environment) =>
    microsoft({ ...registration, tenant: environment["MICROSOFT_TENANT"] }),
  zoom: (registration) => zoom(registration),
};
