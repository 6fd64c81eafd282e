/** Routes that are limited and counted together. */
export type RouteGroup =
  | "api"
  | "callback"
  | "confirm"
  | "connect"
  | "connections"
  | "health"
  | "other";

/** Where a request belongs, without anything that its sender chose. */
export interface Route {
  readonly group: RouteGroup;
  /** Such as `/oauth2/callback/:provider`; never a path that was asked for. */
  readonly template: string;
}

/** A segment that begins with `:` stands for any one, a last `*` for any number. */
const routes: readonly Route[] = [
  { group: "health", template: "/healthz" },
  { group: "health", template: "/readyz" },
  { group: "connect", template: "/oauth2/connect" },
  { group: "callback", template: "/oauth2/callback" },
  { group: "callback", template: "/oauth2/callback/:provider" },
  { group: "confirm", template: "/oauth2/confirm" },
  { group: "connections", template: "/connections" },
  { group: "api", template: "/api/*" },
  { group: "other", template: "/" },
];

const elsewhere: Route = { group: "other", template: "other" };

/** The route of a path; metrics and limits go by it, so strangers cannot make up new ones. */
export function findRoute(path: string): Route {
  return routes.find(({ template }) => fits(template, path)) ?? elsewhere;
}

function fits(template: string, path: string): boolean {
  const wanted = template.split("/");
  const given = path.split("/");
  if (wanted.at(-1) === "*") {
    return wanted.slice(0, -1).every((segment, index) => segment === given[index]);
  }
  return (
    wanted.length === given.length &&
    wanted.every((segment, index) =>
      segment.startsWith(":") ? given[index] !== "" : segment === given[index],
    )
  );
}
