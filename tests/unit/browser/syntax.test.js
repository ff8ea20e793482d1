import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { SourceTextModule } from "node:vm";

const ROOT = new URL("../../../static/js/", import.meta.url);

for (const name of readdirSync(ROOT, { recursive: true }).filter((path) => path.endsWith(".js"))) {
  test(`${name} can be parsed`, () => new SourceTextModule(readFileSync(new URL(name, ROOT), "utf8")) && undefined);
}
