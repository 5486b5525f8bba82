// Bundle the widgets into dagnb/widgets/static/, one ES module each, and hold them to their size.
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "..", "dagnb", "widgets", "static");
const budgets = { graph: 120_000, playground: 200_000, asset: 120_000 };

mkdirSync(target, { recursive: true });
await build({
  entryPoints: Object.fromEntries(Object.keys(budgets).map((name) => [name, join(here, "src", `${name}.ts`)])),
  outdir: target,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  jsx: "automatic",
  jsxImportSource: "preact",
});
for (const [name, budget] of Object.entries(budgets)) {
  const file = join(target, `${name}.js`);
  const size = gzipSync(readFileSync(file), { level: 9 }).length;
  console.log(`${relative(process.cwd(), file)}  ${(size / 1000).toFixed(1)} kB gz of ${budget / 1000}`);
  if (size > budget) throw new Error(`${name}.js is larger than its budget`);
}
