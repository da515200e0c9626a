/** The recorder's ports: they stand in the recorded texts. */
export const PORTS = {
  http: 28080,
  /** A second plain port. */
  http2: 28081,
  /** Go's own server, plain. */
  go: 28082,
  tls: 28443,
  /** Go's own server behind TLS. */
  goTls: 28444,
  /** Nothing listens. */
  dead: 28098,
  /** The backlog is full: connects time out. */
  full: 28099,
  grpc: 28500,
  /** No health service. */
  grpcWithoutHealth: 28501,
  /** Answers with the code that is added; code 0 never answers. */
  grpcCode: 28510,
} as const;
