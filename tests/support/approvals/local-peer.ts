import { announcedIn } from '../../../backends/local/announced.ts';
import { LocalClient, LocalFault } from '../../../backends/local/local-client.ts';

// Answers a request at the first gateway of FOLDER, as the program does: FOLDER ID DIGEST. Says how that went as JSON.
const [folder, request, digest] = process.argv.slice(2) as [string, string, string];
const client = await LocalClient.to(announcedIn(folder)[0]!, folder);
try {
  const answer = { request, digest, approved: true, scope: 'once', calls: 1 };
  const { by, assurance } = await client.insist('answer', answer);
  process.stdout.write(`${JSON.stringify({ by, assurance })}\n`);
} catch (error) {
  if (!(error instanceof LocalFault)) throw error;
  process.stdout.write(`${JSON.stringify({ fault: error.fault })}\n`);
}
client.close();
