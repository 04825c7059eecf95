/**
 * Common given names of many countries, lower case: a column that is full of them names people.
 *
 * Note: words that also name cells, genes, places or reagents (such as Alpha, Beta, Delta, Ira, Madison) are left out.
 */
const TEXT = `
aaron abdul abdullah abigail adam adriana agnes agnieszka ahmed aisha alan albert alejandro alexander alexandra ali alice alicia
alina alison amanda amelia amina amy ana anastasia andrea andreas andrei andrew angela angelika anita anja anke ann anna anne
annette annika anthony antoine anton antonia antonio arthur astrid audrey axel barbara beatrice beatriz benjamin bernard bernd
birgit bjorn boris brandon brenda brian brigitte bruno camille carl carla carlos carmen carol carolina caroline catherine
cecilia charles charlotte chen chiara chloe christa christian christina christine christoph christopher claire clara claudia
cristina cynthia daniel daniela dave david deborah denise dennis diana diego dieter dirk dmitri dominik donald donna dorothea
dorothy edith eduardo edward ekaterina elena eleni elisa elisabeth elizabeth ella ellen elsa emil emilia emily emma enrique eric
erik erika ernst esther eugen eva evelyn fabian fatima felix fernando filip fiona florian frances francesca francisco francois
frank franz fred frederik friedrich fritz gabriel gabriele gary gemma george georg gerald gerard gerd gerhard gertrud gianluca
gisela giulia giuseppe gloria greg gregory guido guillaume gunther gustav hanna hannah hannes hans harald harold harry hassan
heather heike heinrich heinz helen helena helene helga henri henry herbert hermann hilde hiroshi holger horst hugo ian ibrahim
ida ignacio igor ilse imran ines ingrid irene irina isabel isabella isabelle ivan jack jacob jacqueline jacques jakob james jan
jane janet janina jason javier jean jeff jeffrey jennifer jens jeremy jessica jill jim jiri joachim joan joana joanna johan
johann johanna johannes john jonas jonathan jorge jose josef joseph joshua juan judith julia julian julie julien jun jurgen
justin kai karen karim karin karl karla katarzyna kate katharina katherine kathleen kathrin katja katrin keith kelly kenji kenneth
kerstin kevin khalid klara klaus kristin kristina kurt lars laura lauren laurent lea leila lena leon leonard leonie li lidia
lilly lina linda lisa lorenzo louis louise lucas lucia lucy luigi luis luisa lukas luke magdalena maja manfred manuel manuela
marc marcel marco marcos margaret margarete maria mariam marianne marie marina mario marion mark markus marta martha martin
martina mary maryam mateusz mathieu mathilde matteo matthew matthias maurice max maxim maximilian megan melanie melissa mehmet
mia michael michaela michal michel michele michelle miguel mike mila milan mirjam mohamed mohammad mohammed monica monika moritz
mustafa nadia nancy naomi natalia natalie natasha nathalie nathan nicholas nicola nicolas nicole niklas nikolai nils nina noah
nora norbert olaf oleg olga oliver olivia omar oscar otto pablo pamela paola paolo patricia patrick paul paula paulina pavel
pedro peggy peter petra philip philipp philippe pia pierre pieter piotr priya rachel rafael rahul rainer ralf ramona raphael
raymond rebecca regina reinhard renate ricardo richard rita robert roberto robin roger roland rolf roman rosa rose rosemarie
ruben rudolf russell ruth ryan sabine sabrina said salma samantha samir samuel sandra sara sarah saskia scott sean sebastian
selma sergei sergio sharon shirley silke silvia simon simone sofia sofie sonja sophia sophie stefan stefanie stephanie stephen
steve steven susan susanne suzanne svenja svetlana sven sylvia tamara tanja tatiana teresa thea theodor theresa thomas thorsten
tiffany tim timothy tina tobias tom tomas tomasz tony torsten ulla ulrich ulrike ursula ute uwe valentina valeria vanessa vera
veronica veronika victor victoria viktor viktoria vincent virginia vivian vladimir volker walter wei wendy werner wilhelm
wilhelmina willem william wolfgang xavier yasmin yolanda youssef yuki yusuf yvonne zainab zoe zofia
`;

export const GIVEN_NAMES: ReadonlySet<string> = new Set(TEXT.trim().split(/\s+/));
