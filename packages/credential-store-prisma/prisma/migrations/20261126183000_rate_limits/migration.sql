-- CreateTable
-- Unlogged: counts of a minute are not worth a write to the log, and a crash may empty them.
CREATE UNLOGGED TABLE "rak_oauth_rate_limit" (
    "key" VARCHAR(255) NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT,

    CONSTRAINT "rak_oauth_rate_limit_pkey" PRIMARY KEY ("key")
);
