-- CreateTable
CREATE TABLE "rak_oauth_credential" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT,
    "user_id" TEXT,
    "provider" TEXT NOT NULL,
    "account" TEXT,
    "status" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "key_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL DEFAULT 1,
    "expires_at" TIMESTAMPTZ(6),
    "fence" BIGINT NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(6),
    "spend_count" INTEGER NOT NULL DEFAULT 0,
    "orphaned_at" TIMESTAMPTZ(6),
    "retry_at" TIMESTAMPTZ(6),
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "updated_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "rak_oauth_credential_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rak_oauth_pending_authorization" (
    "id" TEXT NOT NULL,
    "state_hash" TEXT NOT NULL,
    "join_key" TEXT NOT NULL,
    "open_join_key" TEXT,
    "tenant_id" TEXT,
    "user_id" TEXT,
    "provider" TEXT NOT NULL,
    "account" TEXT,
    "sealed" BYTEA NOT NULL,
    "key_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "failure" TEXT,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "forget_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "rak_oauth_pending_authorization_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "rak_oauth_credential_tenant_id_id_idx" ON "rak_oauth_credential"("tenant_id", "id");

-- CreateIndex
CREATE INDEX "rak_oauth_credential_tenant_id_user_id_id_idx" ON "rak_oauth_credential"("tenant_id", "user_id", "id");

-- CreateIndex
CREATE INDEX "rak_oauth_credential_key_id_id_idx" ON "rak_oauth_credential"("key_id", "id");

-- CreateIndex
CREATE INDEX "rak_oauth_credential_orphaned_at_idx" ON "rak_oauth_credential"("orphaned_at");

-- CreateIndex
CREATE UNIQUE INDEX "rak_oauth_pending_authorization_state_hash_key" ON "rak_oauth_pending_authorization"("state_hash");

-- CreateIndex
CREATE UNIQUE INDEX "rak_oauth_pending_authorization_open_join_key_key" ON "rak_oauth_pending_authorization"("open_join_key");

-- CreateIndex
CREATE INDEX "rak_oauth_pending_authorization_tenant_id_user_id_idx" ON "rak_oauth_pending_authorization"("tenant_id", "user_id");

-- CreateIndex
CREATE INDEX "rak_oauth_pending_authorization_forget_at_idx" ON "rak_oauth_pending_authorization"("forget_at");
