import { tf } from "lib/tensor/mod.ts";
const mk: Record<string,()=>tf.Optimizer>={adam:()=>tf.train.adam(.1),adamax:()=>tf.train.adamax(.1),mom:()=>tf.train.momentum(.1,.9),rms:()=>tf.train.rmsprop(.1,.9,.5,undefined,true),rms0:()=>tf.train.rmsprop(.1),ada:()=>tf.train.adagrad(.1),delta:()=>tf.train.adadelta(.1),sgd:()=>tf.train.sgd(.1)};
for (const [n,make] of Object.entries(mk)) {
  const run=(shared:boolean)=>{ const a=tf.variable(tf.zeros([3])),b=tf.variable(tf.zeros([5])); const o1=make(),o2=shared?o1:make();
   for(let k=0;k<6;k++){ o1.minimize(()=>a.sub(1).square().sum() as tf.Scalar,false,[a]); o2.minimize(()=>b.sub(2).square().sum() as tf.Scalar,false,[b]);}
   const r=[...a.dataSync(),...b.dataSync()]; tf.dispose([a,b]); o1.dispose(); if(!shared)o2.dispose(); return r;};
  const before=tf.memory().numTensors; console.log(n,run(true).join(" ")); console.log(n,run(false).join(" "), tf.memory().numTensors-before);
}
