import { z } from 'zod';
import { isWebhookSecret } from '../../model/webhook-secret.ts';

/** What notices and records are signed with where they are posted. */
export const webhookSecret = z.string().refine(isWebhookSecret, {
  error:
    'must be `whsec_` and 24 to 64 bytes in base64, such as `echo "whsec_$(head -c 32 /dev/urandom | base64)"` prints',
});
