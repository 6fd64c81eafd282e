export type { ClientRegistration } from "./client-registration.js";
export type { DiscoverOptions } from "./discover.js";
export { discover } from "./discover.js";
export type { FromPresetOptions, PresetRegistration, ScopedRegistration } from "./from-preset.js";
export { fromPreset } from "./from-preset.js";
export { facebook, facebookPreset } from "./presets/facebook.js";
export { github, githubPreset } from "./presets/github.js";
export type { GoogleScope } from "./presets/google.js";
export { google, googlePreset, googleScopes } from "./presets/google.js";
export type {
  GoogleServiceAccount,
  GoogleServiceAccountOptions,
} from "./presets/google-service-account.js";
export { googleServiceAccount } from "./presets/google-service-account.js";
export type { MicrosoftOptions } from "./presets/microsoft.js";
export { microsoft, microsoftPreset } from "./presets/microsoft.js";
export type { ZoomOptions } from "./presets/zoom.js";
export { zoom, zoomPreset } from "./presets/zoom.js";
export type { PresetVariable, ProviderPreset, RefreshTokens } from "./provider-preset.js";
