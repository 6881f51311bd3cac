// The same site as ours. Items lie in content/; what pages/ makes comes from archive.mjs.
import * as archive from "./archive.mjs";

export default function (config) {
  config.setUseGitIgnore(false);
  config.addPassthroughCopy("assets");
  config.addPassthroughCopy("robots.txt");
  config.addCollection("news", (all) => archive.read(all.getFilteredByGlob("content/**/*.md")));
  config.addCollection("lists", (all) => archive.lists(all.getFilteredByGlob("content/**/*.md")));
  config.addCollection("feeds", (all) => archive.feeds(all.getFilteredByGlob("content/**/*.md")));
  return { dir: { input: ".", includes: "_includes", output: "_site" } };
}
