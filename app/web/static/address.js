// Addresses of this installation: files stand in /static, so the folder above is where it is served.

/** The address of a path of ours, under whatever prefix this installation is served. */
export function at(path) {
  const there = new URL(`..${path}`, import.meta.url);
  return there.pathname + there.search;
}
