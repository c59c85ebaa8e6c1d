/** Whether a sentence tells a model what to do, beyond what the thing it describes does. */
export type Instructs = (sentence: string) => boolean;

const ORDERS = [
  /\b(?:you|assistant|model|agent|ai)\b[^.]{0,40}\b(?:must|should|shall|need to|have to|are (?:required|instructed) to)\b/i,
  /\b(?:ignore|disregard|forget|override|bypass)\b[^.]{0,40}\b(?:instruction|previous|prior|above|rule|polic|prompt|other)/i,
  /\b(?:always|never|first|before|after|instead|whenever|prior to)\b[^.]{0,40}\b(?:call|use|using|invoke|run|read|send|include|pass|add|append)/i,
  /\b(?:do not|don't|never|without)\b[^.]{0,30}\b(?:tell|mention|inform|reveal|show|ask|notify|alert|warn)/i,
  /\b(?:send|forward|post|upload|copy|append|attach|include|leak)\b[^.]{0,80}\b(?:to|as|in|into|via|at)\b[^.]{0,60}(?:https?:|@|\bargument|\bparameter|\bfield|\bside ?note|\bcontext\b)/i,
  /\b(?:system prompt|secret instruction|hidden instruction|conversation history|chat history)\b/i,
  /<\/?(?:important|system|instructions?|secret|admin|assistant|user)\b[^>]{0,40}>/i,
  /^\W{0,4}(?:important|attention|note to (?:the )?(?:ai|model|assistant)|system)\s*[:!]/i,
];
/** A long text is looked at in pieces, each with the end of the one before it. */
const PIECE = 2000;
const OVERLAP = 250;

/** The words in which descriptions give orders. Inspection knows more; this is for showing a difference. */
export const readsAsOrder: Instructs = (sentence) => {
  for (let from = 0; from < sentence.length; from += PIECE - OVERLAP) {
    const piece = sentence.slice(from, from + PIECE);
    if (ORDERS.some((order) => order.test(piece))) return true;
  }
  return false;
};
