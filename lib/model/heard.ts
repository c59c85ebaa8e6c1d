/** What checks find out on the way and no record says, for whoever wants to count it. Nobody does unless it is set. */
export interface Heard {
  /** How suspicious a text was, from 0 to 1. */
  scored?: (score: number) => void;
}
