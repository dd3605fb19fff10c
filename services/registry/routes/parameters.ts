import Type from 'typebox';

/** Names that are safe in a URL and a file listing. */
export const Name = Type.String({ minLength: 1, maxLength: 128, pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$' });
export const Alias = Type.String({ minLength: 1, maxLength: 128, pattern: '^[A-Za-z0-9_-]+$' });
export const VersionNumber = Type.String({ pattern: '^[1-9][0-9]{0,14}$' });
export const Reason = Type.Optional(Type.String({ maxLength: 500 }));
export const Tags = Type.Record(Type.String(), Type.String({ maxLength: 5_000 }));
