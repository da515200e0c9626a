import type { Fields } from '../defaulting/pod-spec.ts';
import { type FieldError, invalid, required } from './field-error.ts';
import { checkName, dns1123Subdomain, relaxedSubdomain } from './names.ts';

const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARACTERS = 2048;
const BAD_ADDRESS = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';

/** Models kubernetes v1.34 pkg/apis/core/validation validatePodDNSConfig. */
export function validateDnsConfig(config: Fields | undefined, policy: string, field: string): FieldError[] {
  const nameservers = (config?.nameservers ?? []) as string[];
  if (policy === 'None' && config === undefined) {
    return [required(field, 'must provide `dnsConfig` when `dnsPolicy` is None')];
  }
  if (policy === 'None' && nameservers.length === 0) {
    const detail = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
    return [required(`${field}.nameservers`, detail)];
  }
  const searches = (config?.searches ?? []) as string[];
  const tooMany = (name: string, list: readonly string[], most: string): FieldError =>
    invalid(`${field}.${name}`, list, `must not have more than ${most}`);
  return [
    ...(nameservers.length > MAX_NAMESERVERS
      ? [tooMany('nameservers', nameservers, `${MAX_NAMESERVERS} nameservers`)]
      : []),
    ...nameservers.flatMap((address, i) => validateAddress(address, `${field}.nameservers[${i}]`)),
    ...(searches.length > MAX_SEARCHES ? [tooMany('searches', searches, `${MAX_SEARCHES} search paths`)] : []),
    ...(searches.join(' ').length > MAX_SEARCH_CHARACTERS
      ? [tooMany('searches', searches, `${MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list`)]
      : []),
    ...searches.flatMap((search, i) =>
      search === '.' ? [] : checkName(relaxedSubdomain, search.replace(/\.$/, ''), `${field}.searches[${i}]`),
    ),
    ...((config?.options ?? []) as Fields[]).flatMap((option, i) =>
      option.name ? [] : [required(`${field}.options[${i}]`, 'must not be empty')],
    ),
  ];
}

/** Models ValidateHostAliases. */
export function validateHostAliases(aliases: readonly Fields[], path: string): FieldError[] {
  return aliases.flatMap((alias, i) => [
    ...validateAddress(alias.ip ?? '', `${path}[${i}].ip`),
    ...((alias.hostnames ?? []) as string[]).flatMap((name, j) =>
      checkName(dns1123Subdomain, name, `${path}[${i}].hostnames[${j}]`),
    ),
  ]);
}

/** An address, leading zeros or not. */
function validateAddress(address: string, field: string): FieldError[] {
  return isIPv4(address) || isIPv6(address) ? [] : [invalid(field, address, BAD_ADDRESS)];
}

function isIPv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^\d+$/.test(part) && Number(part) <= 255);
}

function isIPv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2 || !text.includes(':')) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  const size = groups.length + (isIPv4(last) ? 1 : 0);
  const plain = isIPv4(last) ? groups.slice(0, -1) : groups;
  if (!plain.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? size < 8 : size === 8;
}
