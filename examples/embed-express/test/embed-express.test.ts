import { describeEmbeddedFlow } from "@rak-oauth/test-kit/embedded-flow";

describeEmbeddedFlow(import.meta.url);
