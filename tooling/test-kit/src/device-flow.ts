import type { Configuration, KoaContextWithOIDC } from "oidc-provider";
import {
  type DeviceForm,
  deviceCodePage,
  deviceConfirmationPage,
  deviceDonePage,
} from "./device-pages.js";
import { pageHeaders } from "./page.js";

/**
 * The provider's setting for devices without a browser, with our pages.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8628.html#section-3.3}
 */
export const deviceFlow: NonNullable<NonNullable<Configuration["features"]>["deviceFlow"]> = {
  enabled: true,
  userCodeInputSource(context, _form, _out, error) {
    // What the provider calls abortion is a person who refuses, here or on the consent page.
    const html =
      error?.name === "AbortedError"
        ? deviceDonePage("refused")
        : deviceCodePage(deviceForm(context), error && problem(error));
    show(context, html);
  },
  userCodeConfirmSource(context, _form, client, _deviceInfo, userCode) {
    const clientName = client.clientName ?? client.clientId;
    show(context, deviceConfirmationPage({ ...deviceForm(context), clientName, userCode }));
  },
  successSource: (context) => show(context, deviceDonePage("connected")),
};

function deviceForm(context: KoaContextWithOIDC): DeviceForm {
  const { session } = context.oidc;
  return {
    action: context.oidc.urlFor("code_verification"),
    xsrf: String(session?.state?.["secret"] ?? ""),
  };
}

function problem(error: Error): string {
  switch (error.name) {
    case "NoCodeError":
      return "Type the code that the device shows.";
    case "NotFoundError":
      return "No device waits with that code.";
    case "ExpiredError":
      return "That code has expired. Start again on the device.";
    case "AlreadyUsedError":
      return "That code has been used. Start again on the device.";
    default:
      return "That did not work. Start again on the device.";
  }
}

function show(context: KoaContextWithOIDC, html: string): void {
  context.set(pageHeaders());
  context.body = html;
}
