/** What the operating system says of a port that cannot be listened on. */
export type PortFault = "EADDRINUSE" | "EACCES";

/** Whether a port cannot be listened on. */
export function isPortFault(code: string | undefined): code is PortFault {
  return code === "EADDRINUSE" || code === "EACCES";
}

const hostFaults = new Set(["EADDRNOTAVAIL", "EINVAL", "ENOTFOUND", "EAI_AGAIN"]);

/** Whether a host is no address of this machine. */
export function isHostFault(code: string | undefined): boolean {
  return code !== undefined && hostFaults.has(code);
}
