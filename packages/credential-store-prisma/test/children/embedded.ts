import { openEmbeddedStores } from "../../src/embedded.js";

/** Stores credentials in a folder, tells of each that was acknowledged, and never stops. */
const [folder = ""] = process.argv.slice(2);

process.once("disconnect", () => process.exit());

try {
  const { credentials } = await openEmbeddedStores({ folder });
  process.send?.("open");
  for (let count = 0; ; count += 1) {
    await credentials.put(
      { userId: `user-${count}`, provider: "example" },
      { sealed: Buffer.alloc(2_000, count), keyId: "test", fingerprint: `fingerprint-${count}` },
    );
    process.send?.(count);
  }
} catch (error) {
  process.send?.({ error: String(error) }, () => process.disconnect());
}
