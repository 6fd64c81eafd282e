import { escapeHtml, page } from "./page.js";

/** A form of the device pages, and what makes it that of this browser. */
export interface DeviceForm {
  /** Where the form goes. */
  readonly action: string;
  /** The provider's token against forged requests. */
  readonly xsrf: string;
}

/**
 * The page where a person types what the device shows.
 *
 * @param problem - why the code that was typed before did not do
 */
export function deviceCodePage(form: DeviceForm, problem?: string): string {
  const alert = problem === undefined ? "" : `<p role="alert">${escapeHtml(problem)}</p>\n`;
  return page(
    "Connect a device",
    `<h1>Connect a device</h1>
${alert}<form method="post" action="${escapeHtml(form.action)}" data-step="device-code">
<input type="hidden" name="xsrf" value="${escapeHtml(form.xsrf)}">
<label>The code that the device shows
<input name="user_code" autocomplete="off" spellcheck="false" required></label>
<button class="allow">Continue</button>
</form>`,
  );
}

/** What the page shows that a device waits. */
export interface DeviceConfirmationPageOptions extends DeviceForm {
  readonly clientName: string;
  readonly userCode: string;
}

/** The page where a person says whether the device that waits is theirs. */
export function deviceConfirmationPage(options: DeviceConfirmationPageOptions): string {
  return page(
    "Is this your device?",
    `<h1>Is this your device?</h1>
<p><strong>${escapeHtml(options.clientName)}</strong> should show this code: <strong>${escapeHtml(options.userCode)}</strong></p>
<form method="post" action="${escapeHtml(options.action)}" data-step="device-confirmation" aria-label="Your decision">
<input type="hidden" name="xsrf" value="${escapeHtml(options.xsrf)}">
<input type="hidden" name="user_code" value="${escapeHtml(options.userCode)}">
<div class="decision">
<button name="abort" value="yes">No</button>
<button class="allow" name="confirm" value="yes">Yes</button>
</div>
</form>`,
  );
}

/** The last page: there is nothing left to do in the browser. */
export function deviceDonePage(outcome: "connected" | "refused"): string {
  const text = outcome === "connected" ? "The device is connected" : "The device is not connected";
  return page(
    text,
    `<h1 data-outcome="${outcome}">${text}</h1>
<p>You can close this page and go back to the device.</p>`,
  );
}
