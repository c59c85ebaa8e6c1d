/** What a backend may be called: it stands in tool names, in URIs and in file names. */
export const BACKEND_NAME = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;
