/** An image's name in full: `nginx` is `docker.io/library/nginx:latest`. */
export function parseReference(image: string): { reference: string; host: string; path: string; tag: string } {
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const hasHost = /[.:]|^localhost$/.test(first);
  const host = hasHost ? first : 'docker.io';
  const rest = hasHost ? image.slice(slash + 1) : image;
  const match = /^(.*?)(?::([^/:@]+))?(?:@(.+))?$/.exec(rest);
  const name = match?.[1] ?? rest;
  const tag = match?.[3] ?? match?.[2] ?? 'latest';
  const path = host === 'docker.io' && !name.includes('/') ? `library/${name}` : name;
  return { reference: `${host}/${path}${match?.[3] === undefined ? ':' : '@'}${tag}`, host, path, tag };
}
