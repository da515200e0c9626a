import { EMPTY_URL, escapedPath, type GoUrl, parseUrl, withPath } from './go-url.ts';

/** The URL that a reference (a Location header, a byte string) means, seen from `base`. Throws `GoUrlError`. Models URL.Parse. */
export function resolveUrl(base: GoUrl, reference: string): GoUrl {
  const ref = parseUrl(reference);
  const url: GoUrl = { ...ref, scheme: ref.scheme === '' ? base.scheme : ref.scheme };
  if (ref.scheme !== '' || ref.host !== '' || ref.user !== undefined) {
    return withPath(url, resolvePath(escapedPath(ref), ''));
  }
  if (ref.opaque !== '') return { ...url, ...NO_PLACE };
  if (ref.path === '' && !ref.forceQuery && ref.rawQuery === '') {
    url.rawQuery = base.rawQuery;
    if (ref.fragment === '') {
      url.fragment = base.fragment;
      url.rawFragment = base.rawFragment;
    }
  }
  if (ref.path === '' && base.opaque !== '') return { ...url, ...NO_PLACE, opaque: base.opaque };
  return withPath({ ...url, host: base.host, user: base.user }, resolvePath(escapedPath(base), escapedPath(ref)));
}

const NO_PLACE = { user: EMPTY_URL.user, host: '', path: '' };

/**
 * RFC 3986 section 5.2.4: the reference's path on the base's, without dot segments. Where `..` leaves nothing, an empty
 * segment that follows is lost, too: `..//a` is `/a`.
 * Models net/url resolvePath.
 */
function resolvePath(base: string, ref: string): string {
  let full = ref;
  if (ref === '') full = base;
  else if (!ref.startsWith('/')) full = base.slice(0, base.lastIndexOf('/') + 1) + ref;
  if (full === '') return '';
  let path = '';
  let isFirst = true;
  const elements = full.split('/');
  for (const element of elements) {
    if (element === '..') {
      isFirst = !path.includes('/');
      path = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    } else {
      if (element !== '.') path += isFirst ? element : `/${element}`;
      isFirst = false;
    }
  }
  const last = elements.at(-1);
  const rooted = `/${path}${last === '.' || last === '..' ? '/' : ''}`;
  // Go writes the slash at the beginning itself.
  return rooted.startsWith('//') ? rooted.slice(1) : rooted;
}
