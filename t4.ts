import { tf, dense, randomNormal } from "./lib/tensor/mod.ts";
const r=(shape:number[],seed:number)=>randomNormal(shape as any,seed) as any;
const x=r([5,7],1),W=r([7,9],2),b=r([9],3);
for (const act of ["tanh","sigmoid","relu","linear"] as const) {
const g1=tf.grad((v:any)=>tf.grad((u:any)=>dense(u,W,b,act).square().sum())(v).square().sum())(x);
const comp=(u:any)=>{const z=u.matMul(W).add(b); return act==="linear"?z:(tf as any)[act](z)};
const g2=tf.grad((v:any)=>tf.grad((u:any)=>comp(u).square().sum())(v).square().sum())(x);
tf.setBackend("cpu");
const x2=tf.tensor(x.dataSync(),x.shape);
const g3=tf.grad((v:any)=>tf.grad((u:any)=>comp(u).square().sum())(v).square().sum())(x2).dataSync();
tf.setBackend("show-your-work");
console.log(act, tf.max(tf.abs(g1.sub(g2))).dataSync()[0], Math.max(...g2.dataSync().map((v:number,i:number)=>Math.abs(v-g3[i]))), tf.max(tf.abs(g2)).dataSync()[0]);
}
