import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { Application, ReflectionKind } from "typedoc";
import type { PluginOptions } from "typedoc-plugin-markdown";
import { repository, root } from "./site-paths.ts";

/** Something of a package that can be imported. */
interface Module {
  /** As in an import: `@rak-oauth/core/testing`. */
  readonly specifier: string;
  /** Its source, from the root of the repository. */
  readonly source: string;
}

/** Every path that published packages export; one with `*` stands for files that are described elsewhere. */
async function findModules(): Promise<readonly Module[]> {
  const modules: Module[] = [];
  for (const area of ["packages", "apps"]) {
    for (const folder of await readdir(join(root, area))) {
      const text = await readFile(join(root, area, folder, "package.json"), "utf8");
      const manifest = JSON.parse(text) as {
        readonly name: string;
        readonly private?: boolean;
        readonly exports: Readonly<Record<string, { readonly "@rak-oauth/source"?: string }>>;
      };
      if (manifest.private) continue;
      for (const [path, { "@rak-oauth/source": source }] of Object.entries(manifest.exports)) {
        if (source === undefined || source.includes("*")) continue;
        modules.push({
          specifier: join(manifest.name, path),
          source: join(area, folder, source),
        });
      }
    }
  }
  return modules;
}

const out = join(root, "site/reference");
const modules = await findModules();
const packages = [...new Set(modules.map(({ specifier }) => specifier.split("/", 2).join("/")))];
const markdown: Partial<PluginOptions> = {
  fileExtension: ".md",
  entryFileName: "README.md",
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  typeAliasPropertiesFormat: "table",
  outputFileStrategy: "modules",
};
const application = await Application.bootstrapWithPlugins({
  name: "Reference",
  entryPoints: modules.map(({ source }) => join(root, source)),
  tsconfig: join(root, "site/tsconfig.reference.json"),
  basePath: root,
  out,
  plugin: ["typedoc-plugin-markdown"],
  readme: "none",
  excludeExternals: true,
  excludePrivate: true,
  excludeInternal: true,
  disableGit: true,
  sourceLinkTemplate: `${repository}/blob/main/{path}#L{line}`,
  validation: { notDocumented: true, invalidLink: true, notExported: true },
  packagesRequiringDocumentation: packages,
  // A property may be told by its name; what can be imported or called may not.
  requiredToBeDocumented: ["Variable", "Function", "Class", "Interface", "TypeAlias", "Enum"],
  treatWarningsAsErrors: true,
  ...markdown,
});
const project = await application.convert();
if (project === undefined) throw new Error("The sources do not compile; see above.");
for (const module of project.getChildrenByKind(ReflectionKind.Module)) {
  const file = module.sources?.[0]?.fullFileName ?? "";
  const found = modules.find(({ source }) => source === relative(root, file));
  if (found !== undefined) module.name = found.specifier;
}
application.validate(project);
await rm(out, { recursive: true, force: true });
await application.generateOutputs(project);
if (application.logger.hasErrors() || application.logger.hasWarnings()) {
  throw new Error("The reference is not complete; see above.");
}
const items = modules.map(({ specifier }) => ({
  text: specifier.replace("@rak-oauth/", ""),
  link: `/reference/${specifier}`,
}));
await writeFile(join(out, "modules.json"), JSON.stringify(items));
