-- CreateTable
CREATE TABLE "rak_oauth_suspended_call" (
    "id" TEXT NOT NULL,
    "auth_request_id" TEXT NOT NULL,
    "tenant_id" TEXT,
    "user_id" TEXT,
    "provider" TEXT NOT NULL,
    "account" TEXT,
    "sealed" BYTEA NOT NULL,
    "key_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "suspended_at" TIMESTAMPTZ(6) NOT NULL,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "rak_oauth_suspended_call_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "rak_oauth_suspended_call_auth_request_id_suspended_at_idx" ON "rak_oauth_suspended_call"("auth_request_id", "suspended_at");

-- CreateIndex
CREATE INDEX "rak_oauth_suspended_call_tenant_id_user_id_idx" ON "rak_oauth_suspended_call"("tenant_id", "user_id");

-- CreateIndex
CREATE INDEX "rak_oauth_suspended_call_expires_at_idx" ON "rak_oauth_suspended_call"("expires_at");
