const STREAM = 'type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog';

const CONNECTION_KEYS = {
  bytes_received: '%BYTES_RECEIVED%',
  bytes_sent: '%BYTES_SENT%',
  duration: '%DURATION%',
  requested_server_name: '%REQUESTED_SERVER_NAME%',
  response_flags: '%RESPONSE_FLAGS%',
  start_time: '%START_TIME%',
  upstream_cluster: '%UPSTREAM_CLUSTER%',
  upstream_host: '%UPSTREAM_HOST%',
};

const REQUEST_KEYS = {
  authority: '%REQ(:AUTHORITY)%',
  bytes_received: '%BYTES_RECEIVED%',
  bytes_sent: '%BYTES_SENT%',
  duration: '%DURATION%',
  method: '%REQ(:METHOD)%',
  path: '%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%',
  protocol: '%PROTOCOL%',
  request_id: '%REQ(X-REQUEST-ID)%',
  requested_server_name: '%REQUESTED_SERVER_NAME%',
  response_code: '%RESPONSE_CODE%',
  response_code_details: '%RESPONSE_CODE_DETAILS%',
  response_flags: '%RESPONSE_FLAGS%',
  start_time: '%START_TIME%',
  time_to_first_byte: '%RESPONSE_DURATION%',
  upstream_cluster: '%UPSTREAM_CLUSTER%',
  upstream_host: '%UPSTREAM_HOST%',
  upstream_service_time: '%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%',
  user_agent: '%REQ(USER-AGENT)%',
  x_forwarded_for: '%REQ(X-FORWARDED-FOR)%',
};

/**
 * The access log of OSM's listeners: a JSON line to stdout, of requests or of connections.
 * Models openservicemesh/osm v1.1 pkg/envoy/accesslog.go BuildAccessLog.
 */
export function accessLog(of: 'requests' | 'connections'): Record<string, unknown>[] {
  const json_format = { ...(of === 'requests' ? REQUEST_KEYS : CONNECTION_KEYS) };
  return [{ name: 'envoy.access_loggers.stream', typed_config: { '@type': STREAM, log_format: { json_format } } }];
}

/** The access log of Envoy's own admin interface, in Envoy's default format. */
export function adminAccessLog(): Record<string, unknown>[] {
  return [{ name: 'envoy.access_loggers.stream', typed_config: { '@type': STREAM } }];
}
