import axios, { AxiosError, type AxiosResponse } from "axios";
import { createAuthRefresh } from "axios-auth-refresh";
import { type Contender, client, peer } from "../contender.js";

export const axiosAuthRefresh: Contender = peer({
  name: "axios + axios-auth-refresh",
  caches: true,
  remark:
    "has no getToken: a call to an API in the same process that answers 401 at once; those already sent are not retried",
  connect({ tokenUrl }, grant) {
    let { accessToken, refreshToken, expiresAtMs } = grant;
    // The token an API call arrives with is the one its caller got.
    const api = axios.create({
      adapter: async (config) => {
        const sent = String(config.headers.get("authorization")).slice("Bearer ".length);
        const status = sent === accessToken && expiresAtMs > Date.now() ? 200 : 401;
        const answer: AxiosResponse = { config, data: sent, status, statusText: "", headers: {} };
        if (status === 200) return answer;
        throw new AxiosError("refused", AxiosError.ERR_BAD_REQUEST, config, {}, answer);
      },
    });
    api.interceptors.request.use((request) => {
      request.headers.set("authorization", `Bearer ${accessToken}`);
      return request;
    });
    // Its declarations are for the other module system's axios.
    const instance = api as unknown as Parameters<typeof createAuthRefresh>[0];
    createAuthRefresh(instance, async () => {
      const form = new URLSearchParams({
        grant_type: "refresh_token",
        refresh_token: refreshToken,
        client_id: client.id,
        client_secret: client.secret,
      });
      const { data } = await axios.post(tokenUrl, form);
      accessToken = data.access_token;
      refreshToken = data.refresh_token;
      expiresAtMs = Date.now() + data.expires_in * 1000;
    });
    return async () => (await api.get("http://api.example/")).data;
  },
});
