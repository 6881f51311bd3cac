"""A page of a newspaper → items: steps over typed blocks, each with its evidence; never used by a build."""
