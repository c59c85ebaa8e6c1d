import { z } from 'zod';
import { configSchema } from '../../lib/config/schema/schema.ts';
import { EXIT, print } from '../output/print.ts';

/** The JSON Schema editors complete and check `sallyport.yaml` with. */
export function configJsonSchema(): unknown {
  const schema = z.toJSONSchema(configSchema, { target: 'draft-7', io: 'input' });
  return { ...schema, title: 'sallyport.yaml' };
}

export function schema(): number {
  print(JSON.stringify(configJsonSchema(), null, 2));
  return EXIT.ok;
}
