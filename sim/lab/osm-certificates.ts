import type { Clock } from '../core/clock.ts';
import { type CertificateIssuer, type IssuedCertificate, RENEW_BEFORE_MS } from '../mesh/osm/certificate-issuer.ts';
import { principalOf, type ServiceIdentity } from '../mesh/osm/xds/identity.ts';

export interface OsmCertificateParts {
  clock: Clock;
  issuer: CertificateIssuer;
  /** MeshConfig's serviceCertValidityDuration, ms. */
  validityMs(): number;
  /** A certificate was replaced. */
  renewed(): void;
}

/**
 * The certificates of the mesh's ServiceAccounts: made when first asked for, renewed before they end.
 * Models openservicemesh/osm v1.1 pkg/certificate/rotor.
 */
export class OsmCertificates {
  readonly #parts: OsmCertificateParts;
  readonly #held = new Map<string, IssuedCertificate>();
  readonly #timers = new Set<ReturnType<Clock['setTimeout']>>();
  #stopped = false;

  constructor(parts: OsmCertificateParts) {
    this.#parts = parts;
  }

  of(identity: ServiceIdentity): IssuedCertificate {
    const name = principalOf(identity);
    return this.#held.get(name) ?? this.#issue(name);
  }

  /** The authority makes a mistake: what it issues to the identity from now on has ended already. */
  expire(identity: ServiceIdentity): void {
    const { clock, issuer } = this.#parts;
    const name = principalOf(identity);
    this.#held.set(name, issuer.issue(name, clock.epochMs + clock.now() - 1000));
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) this.#parts.clock.clearTimeout(timer);
  }

  #issue(name: string): IssuedCertificate {
    const { clock, issuer, validityMs, renewed } = this.#parts;
    const validity = validityMs();
    const certificate = issuer.issue(name, clock.epochMs + clock.now() + validity);
    this.#held.set(name, certificate);
    const timer = clock.setTimeout(
      () => {
        this.#timers.delete(timer);
        if (this.#stopped || this.#held.get(name) !== certificate) return;
        this.#issue(name);
        renewed();
      },
      Math.max(1000, validity - RENEW_BEFORE_MS),
    );
    this.#timers.add(timer);
    return certificate;
  }
}
