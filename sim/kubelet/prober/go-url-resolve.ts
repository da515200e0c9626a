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

/** RFC 3986 section 5.2.4: the reference's path on the base's, without dot segments. */
function resolvePath(base: string, ref: string): string {
  let full = ref;
  if (ref === '') full = base;
  else if (!ref.startsWith('/')) full = base.slice(0, base.lastIndexOf('/') + 1) + ref;
  if (full === '') return '';
  const segments: string[] = [];
  const all = full.split('/');
  // The empty text before a leading slash is no segment.
  if (all[0] === '') all.shift();
  for (const segment of all) {
    if (segment === '..') segments.pop();
    else if (segment !== '.') segments.push(segment);
  }
  const last = all.at(-1);
  if (last === '.' || last === '..') segments.push('');
  return `/${segments.join('/')}`;
}
