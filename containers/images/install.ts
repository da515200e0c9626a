const APT = 'DEBIAN_FRONTEND=noninteractive apt-get';

/** A step of a Dockerfile that installs Debian's packages and leaves nothing behind that a container does not need. */
export function install(...packages: string[]): string {
  return `RUN ${APT} update -qq && ${APT} install -qq -y --no-install-recommends ${packages.join(' ')} && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /usr/share/doc /usr/share/man /usr/share/locale`;
}
