/** The start that the pictures of question 5 share. */
export const start = { W: [[0.6, -0.2, 0.3], [0.1, 0.5, -0.4]], Wp: [[0.7, 0.2], [-0.1, 0.6]] };
