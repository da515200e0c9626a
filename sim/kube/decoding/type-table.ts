/**
 * The fields of API types by name of the type. A field is one of `string`, `bool`, `int32`, `int64`, `IntOrString`,
 * `Quantity`, `Time`, `any`, `ResourceList`, the name of another type, or `[]T` and `map T` of these. A name that no table
 * has is a string of a type of its own (`URIScheme`), as errors name it. A leading `*` is a pointer in the
 * API's Go types: a zero value that was written stays (`terminationGracePeriodSeconds: 0`), elsewhere it is as if absent.
 * A leading `!` is a field that is always there, with its zero value if nothing was written (an env variable's `name`).
 */
export type TypeTables = Readonly<Record<string, Readonly<Record<string, string>>>>;
