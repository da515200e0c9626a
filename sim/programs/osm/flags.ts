/** The value of `--name VALUE` or `--name=VALUE`, the last one given. Models spf13/pflag for the flags that matter here. */
export function flag(args: readonly string[], name: string): string | undefined {
  let found: string | undefined;
  args.forEach((argument, index) => {
    if (argument === name) found = args[index + 1] ?? found;
    else if (argument.startsWith(`${name}=`)) found = argument.slice(name.length + 1);
  });
  return found;
}

/** True for a release from v1.2 on, which answers `/healthz` on the plain port 9091. No version given: v1.1. */
export function servesHealthOn9091(args: readonly string[]): boolean {
  const version = flag(args, '--osm-version');
  if (version === undefined) return false;
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  return major === undefined ? /main|edge/.test(version) : Number(major) > 1 || Number(minor) >= 2;
}
