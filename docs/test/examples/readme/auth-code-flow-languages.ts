import {
  AuthorizationCodeFlow,
  type AuthorizationCodeFlowOptions,
  englishMessages,
  type PageMessages,
} from "@rak-oauth/auth-code-flow";

declare const options: AuthorizationCodeFlowOptions;
declare const frenchFlow: PageMessages["flow"];
declare const frenchConnections: PageMessages["connections"];
declare const frenchScopes: PageMessages["scopes"];

// shown from here

const frenchMessages: PageMessages = {
  language: "fr",
  direction: "ltr",
  flow: frenchFlow,
  connections: frenchConnections,
  scopes: frenchScopes,
};
const flow = new AuthorizationCodeFlow({
  ...options,
  messages: [englishMessages, frenchMessages],
});
