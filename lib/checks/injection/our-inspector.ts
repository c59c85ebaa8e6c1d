import type { InspectionThread } from '../../inspect/thread/inspection-thread.ts';
import { inSlices } from '../in-slices.ts';
import type { Inspector } from './inspector.ts';

/**
 * The judge of texts that is built in. Loaded when it is first needed, because its rules and weights are large. Large
 * messages are read by `thread`, which is started by the first of them.
 */
export async function ourInspector(thread?: InspectionThread): Promise<Inspector> {
  const [{ KnownPieces }, { assess, assessInSlices, warmAssess }, threads] = await Promise.all([
    import('../../inspect/known-pieces.ts'),
    import('../../inspect/score/assess.ts'),
    import('../../inspect/thread/inspection-thread.ts'),
  ]);
  warmAssess();
  const known = new KnownPieces();
  const elsewhere = thread ?? threads.sharedThread();
  return {
    pieces: (message) => known.of(message),
    assess,
    assessInSlices: (pieces, channel, before) => inSlices(assessInSlices(pieces, channel, before)),
    readElsewhere: (message, channel, before) => elsewhere.read(message, channel, before),
  };
}
