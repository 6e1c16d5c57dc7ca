/** Why nothing is written into, or deleted from, the state folder, and the path that shows it. */
export type StateObstacle = {
  readonly kind: 'missing' | 'link' | 'not-a-folder' | 'other-user' | 'others-write';
  readonly path: string;
};
