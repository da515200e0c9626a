/** A node as the others see it. */
export interface NodeResource {
  name: string;
  /** `10.0.0.1`, without a prefix. */
  ip: string;
  as?: number;
}

/** A BGPPeer: for every node (`global`), or for one. */
export interface PeerResource {
  ip: string;
  as?: number;
  port?: number;
  node?: string;
}

/** Everything a node reads from the datastore. */
export interface DatastoreState {
  /** False while it is not initialised, or migrated: felix waits then, and is ready. */
  ready: boolean;
  nodes: Readonly<Record<string, NodeResource>>;
  peers: readonly PeerResource[];
  /** FelixConfiguration: names as in felix' environment without FELIX_, in lower case. */
  felix: Readonly<Record<string, string>>;
  /** BGPConfiguration: no mesh between the nodes. Default true. */
  mesh?: boolean;
  /** Felix may not read it (RBAC, a CRD that is missing): its error. */
  forbidden?: string;
}
