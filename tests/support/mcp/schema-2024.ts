import { z } from 'zod';

/**
 * Results of 2024-11-05 as a strict reader of its schema takes them: three kinds of content and no other. Members it
 * does not know pass, as the schema says they may.
 */
const annotations = z
  .looseObject({ audience: z.array(z.enum(['user', 'assistant'])), priority: z.number().min(0).max(1) })
  .partial()
  .optional();
const uri = z.string().min(1);
const contents = z.union([
  z.looseObject({ uri, text: z.string(), mimeType: z.string().optional() }),
  z.looseObject({ uri, blob: z.base64(), mimeType: z.string().optional() }),
]);
export const content2024 = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text'), text: z.string(), annotations }),
  z.looseObject({ type: z.literal('image'), data: z.base64(), mimeType: z.string(), annotations }),
  z.looseObject({ type: z.literal('resource'), resource: contents, annotations }),
]);

const name = z.string();
const description = z.string().optional();
const result = { _meta: z.looseObject({}).optional() };
const list = { ...result, nextCursor: z.string().optional() };
const inputSchema = z.looseObject({
  type: z.literal('object'),
  properties: z.record(z.string(), z.looseObject({})).optional(),
});
/** 2024-11-05 has no such member; readers that were taught it since then refuse one of another shape. */
const outputSchema = inputSchema.optional();

export const results2024 = {
  'tools/call': z.looseObject({
    ...result,
    content: z.array(content2024),
    isError: z.boolean().optional(),
    structuredContent: z.looseObject({}).optional(),
  }),
  'tools/list': z.looseObject({
    ...list,
    tools: z.array(z.looseObject({ name, description, inputSchema, outputSchema })),
  }),
  'prompts/get': z.looseObject({
    ...result,
    description,
    messages: z.array(z.looseObject({ role: z.enum(['user', 'assistant']), content: content2024 })),
  }),
  'prompts/list': z.looseObject({ ...list, prompts: z.array(z.looseObject({ name, description })) }),
  'resources/list': z.looseObject({ ...list, resources: z.array(z.looseObject({ name, uri, description })) }),
  'resources/templates/list': z.looseObject({
    ...list,
    resourceTemplates: z.array(z.looseObject({ name, uriTemplate: z.string(), description })),
  }),
  'resources/read': z.looseObject({ ...result, contents: z.array(contents) }),
  'completion/complete': z.looseObject({
    ...result,
    completion: z.looseObject({ values: z.array(z.string()).max(100) }),
  }),
};
