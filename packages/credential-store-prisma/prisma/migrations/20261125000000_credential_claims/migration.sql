-- DropIndex
DROP INDEX "rak_oauth_credential_orphaned_at_idx";

-- AlterTable
ALTER TABLE "rak_oauth_credential" ADD COLUMN     "claim_until" TIMESTAMPTZ(6);

-- CreateIndex
CREATE INDEX "rak_oauth_credential_provider_orphaned_at_idx" ON "rak_oauth_credential"("provider", "orphaned_at");

-- CreateIndex
CREATE INDEX "rak_oauth_credential_provider_status_updated_at_idx" ON "rak_oauth_credential"("provider", "status", "updated_at");
