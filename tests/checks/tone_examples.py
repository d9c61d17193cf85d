"""What should not be said, and honest mail that comes near it, written for these tests."""

from __future__ import annotations

DISPARAGING_SURE: tuple[str, ...] = (
    "This idiot of a customer has called again.",
    "The customer is an idiot.",
    "Our client is a complete moron, give him what he wants.",
    "Please send the idiot customer his money back.",
    "Stupid customer ordered the wrong size again.",
    "Some stupid woman from Leeds wants a refund.",
    "You are an idiot.",
    "You're such an idiot if I may say so.",
    "You stupid cow, read the label.",
    "That was the guest from hell.",
    "Der Kunde ist ein Idiot.",
    "Die blöde Kuh hat wieder angerufen.",
    "Das war wieder der dumme Kunde aus Köln.",
    "Sie sind wirklich ein Trottel.",
    "Dieser Vollidiot hat das Formular falsch ausgefüllt.",
    "La cliente est complètement débile.",
    "Vous êtes un imbécile.",
    "El cliente es un imbécil.",
    "Il cliente è un cretino.",
    "O cliente é um idiota.",
    "De klant is een sukkel.",
)
DISPARAGING_DOUBTFUL: tuple[str, ...] = (
    "The client is a pain.",
    "The customer is a nightmare, as always.",
    "He is a time-waster.",
    "I can't stand this woman.",
    "What a moron.",
    "The tenants are a nuisance.",
    "She is a pain in the arse.",
    "Der Kunde nervt.",
    "Die Kundin geht mir auf die Nerven.",
    "Die Mieterin spinnt.",
    "Le client est pénible.",
    "Menudo pesado.",
    "Il cliente è insopportabile.",
    "De klant is irritant.",
    "Just fob him off.",
)
DISPARAGING_HONEST: tuple[str, ...] = (
    "The patient is in pain and asks for an appointment.",
    "Pain is what brings most patients to us.",
    "The patient was a little hopeful today.",
    "Our customers are no idiots, and they know a good offer.",
    "The customer is not an idiot, so let us not treat him like one.",
    "Don't be a stranger!",
    "The client is difficult to reach before noon.",
    "The customer is always right.",
    "The client is lying down in the recovery room.",
    "Thick customers of mist hung over the harbour.",
    "Our cash cow is the blue kettle.",
    "There are no stupid questions.",
    "The customer asked whether the movie 'The Idiot' is in stock.",
    "I am sorry for the trouble this caused you.",
    "You are a star, thank you!",
    "You are an important customer for us.",
    "Thank you for your patience, customers like you make our day.",
    "The guest is a bit late.",
    "He is a hard worker.",
    "What a lovely day.",
    "Such a pity that you could not come.",
    "The e-mail client is crashing on start.",
    "The VPN client is a small program.",
    "The client is authenticated by its certificate.",
    "The buyer is in the process of paying.",
    "The tenant is moving out in May.",
    "Mad Hatter costumes are back in stock.",
    "Crazy prices this week: all kettles at half price.",
    "Silly Walks is on at the theatre tonight.",
    "Der Kunde ist König.",
    "Der Kunde ist sehr zufrieden.",
    "Der Kunde ist kein Idiot.",
    "Die Kundin ist umgezogen.",
    "Sie sind unser wichtigster Kunde.",
    "Der Gast ist angekommen.",
    "Der Patient ist ansprechbar.",
    "Das Client-Programm ist veraltet.",
    "Le client est satisfait.",
    "Le client est content de son achat.",
    "Vous êtes invité à notre journée portes ouvertes.",
    "El cliente es de Madrid.",
    "Estimado cliente: su pedido ha salido.",
    "El pedido es pesado, así que viene en dos cajas.",
    "Usted es muy amable.",
    "Il cliente è soddisfatto.",
    "Lei è sempre benvenuto.",
    "O cliente é de Lisboa.",
    "De klant is tevreden.",
    "U bent van harte welkom.",
    "Never call a customer stupid, says our handbook.",
    "The annoying noise of the fan is gone after the repair.",
    "You are the loser of this auction, sorry.",
    "El paciente es pesado cada semana.",
    "The client's bitch is due in May.",
    "Que chato isso ter acontecido!",
    "Waste bins and space savers are on page four.",
)
OFFENSIVE: tuple[str, ...] = (
    "This is bullshit.",
    "What the fuck is going on?",
    "Pay your fucking bill.",
    "You are such an asshole.",
    "Don't be a dick about it.",
    "FUCK THIS",
    "Das ist doch Scheiße.",
    "So ein Arschloch!",
    "Quelle merde.",
    "Esto es una mierda.",
    "Che cazzo vuole?",
    "Que merda.",
    "Wat een klootzak.",
    "Some *shit* happened.",
    'He said "bollocks".',
)
OFFENSIVE_HONEST: tuple[str, ...] = (
    "Dick will call you on Tuesday.",
    "Dick Van Dyke and Fanny Ardant are on the programme.",
    "Our shop in Scunthorpe is open again.",
    "Essex, Sussex and Middlesex are counties.",
    "Mr Hancock and Mrs Cockburn have signed.",
    "Ask Cox & Sons about the cockpit.",
    "Please assess the assignment of the class.",
    "The cocktail bar in Penistone is closed.",
    "The analysis of the therapist is attached.",
    "Mass assembly of the assets.",
    "The Hitchcock film is at nine.",
    "Lightwater and Clitheroe are on the route.",
    "Write to dick@shop.example or see https://dick.example/fuck.",
    "Randy and Willy will be there.",
    "The pussycat sleeps.",
    "Moby Dick, by Herman Melville, is in stock.",
    "The prickly pear is a cactus.",
    "The shitake mushrooms are fresh.",
    "Sie finden die Anlage unter dem Dach.",
    "Die Hurenkinder im Satz sind behoben.",
    "Der Fickensche Hof ist geöffnet.",
    "La computadora está disputada.",
    "El reputado chef llega mañana.",
    "Il cazzuolo è in magazzino.",
    "De kutter ligt in de haven.",
    "Cumming is a city in Georgia.",
    "Grape juice and therapists.",
    "Matsushita and Mishit Ltd.",
    "The title of the bill is Title IX.",
    "Bastardised Latin? Hardly.",
    "Arsenal won two to one.",
    "Sextant, sextet and sexton are words.",
    "The Essex branch, the Wankel engine and the Twatt post office in Orkney.",
    "A whorl of petals.",
    "Niggardly means stingy, but we avoid it.",
    "Classic embassy passages.",
    "Uranus and its moons.",
    "The rooster is a cockerel.",
    "Dickens wrote it.",
    "Peacock blue is back in stock.",
    "Buttons and butter.",
    "Titanium frame, size M.",
    "Your order of two titmouse feeders has left.",
    "Shiitake risotto",
    "Désolé pour le retard.",
    "Det är slut på varan, men den kommer åter.",
    "Das Brett ist 3 cm dick und aus Holz.",
    "Jag fick varan i dag, tack.",
    "Pute und Huhn sind wieder da.",
)
SHOUTING: tuple[str, ...] = (
    "I HAVE TOLD YOU THREE TIMES NOW THAT WE CANNOT HELP.",
    "Once more: YOU MUST PAY THIS BILL BEFORE FRIDAY OR ELSE.",
    "DO NOT WRITE TO US AGAIN, WE ARE NOT INTERESTED!",
    "DAS HABE ICH IHNEN SCHON DREI MAL GESAGT!",
    "JE VOUS AI DÉJÀ DIT QUE CE N'EST PAS POSSIBLE.",
    "USTED NO HA PAGADO LA FACTURA DE MARZO TODAVÍA.",
)
SHOUTING_HONEST: tuple[str, ...] = (
    "The HTML, CSS, JSON, XML, HTTP and TLS courses are open to you.",
    "YOUR ORDER\n\nThank you for it.",
    "IMPORTANT: please read.",
    "WE DISCLAIM ALL WARRANTIES, AND YOU USE THE SOFTWARE UNDER THIS LICENSE.",
    "THE SELLER IS NOT LIABLE TO YOU FOR DAMAGES OF ANY KIND.",
    "ORDER NUMBER DATE AMOUNT VAT TOTAL NET",
    "NASA, ESA, JAXA, ROSCOSMOS, ISRO and CNES",
    "Please fill in NAME, STREET, TOWN, COUNTRY, PHONE and E-MAIL.",
    "SKU ABC DEF GHI JKL MNO PQR",
    "MR JOHN SMITH\n12 HIGH STREET\nLONDON",
    "FLIGHT LH 123 FRA TO JFK SEAT 12A",
    "I REALLY mean it.",
    "That is VERY, VERY good news.",
    "TERMS AND CONDITIONS OF SALE TO YOU",
    "SMITH, JONES AND BROWN SOLICITORS LONDON",
    "RECHNUNG NR 4711 VOM MÄRZ",
    "ALLGEMEINE GESCHÄFTSBEDINGUNGEN DER FIRMA MUSTER GMBH BERLIN",
    "Das ist SEHR wichtig für SIE.",
    "CONDITIONS GÉNÉRALES DE VENTE DE LA SOCIÉTÉ",
    "THANK YOU VERY MUCH",
    "HAPPY BIRTHDAY",
    "SALE ENDS SUNDAY: COATS, HATS, SCARVES, GLOVES",
    "READ ME FIRST",
    "IBAN DE BIC SWIFT SEPA EUR USD",
    "A B C D E F G H I J K L M N O P",
    "12 34 56 78 90",
)
HOSTILE: tuple[str, ...] = (
    "As I have already told you three times, the parcel has left.",
    "How many times do I have to explain this?",
    "Can't you read?",
    "If you had bothered to read the manual, you would know.",
    "You obviously don't understand how this works.",
    "Stop wasting my time.",
    "Don't bother writing again.",
    "That is not our problem.",
    "You should be ashamed of yourself.",
    "Are you really that stupid?",
    "It is your own fault.",
    "Das habe ich Ihnen schon dreimal gesagt.",
    "Können Sie nicht lesen?",
    "Das ist nicht unser Problem.",
    "Selbst schuld.",
    "Vous ne savez pas lire ?",
    "Ce n'est pas notre problème.",
    "No es nuestro problema.",
    "Non è un problema nostro.",
    "Não é problema nosso.",
    "Dat is niet ons probleem.",
)
THREATS: tuple[str, ...] = (
    "I know where you live.",
    "You will regret this.",
    "I will make you pay for that.",
    "Das werden Sie bitter bereuen.",
    "Vous allez le regretter.",
    "Se va a arrepentir.",
)
HOSTILE_HONEST: tuple[str, ...] = (
    "As I told you on Monday, the parcel has left.",
    "How many times a day should I take the tablets?",
    "You can read the manual online.",
    "If you had trouble reading the label, please call us.",
    "You obviously know your way around kettles!",
    "We do not want to waste your time.",
    "Do not bother with the old form, the new one is shorter.",
    "That is no problem at all.",
    "There is a problem with our server.",
    "It is not your fault, we sent the wrong one.",
    "It was our own fault.",
    "You will not regret this purchase.",
    "I know where your parcel is.",
    "Please do not leave the kettle unattended.",
    "The children grow up so fast.",
    "Three times a week we deliver to your street.",
    "You can tell us three times that you are happy and we never tire of it.",
    "We shut up shop at six.",
    "Do not get lost: here is a map.",
    "I will pay for that.",
    "I will find you a better offer.",
    "Wie ich Ihnen bereits mitgeteilt habe, ist die Ware unterwegs.",
    "Wie oft soll der Filter gewechselt werden?",
    "Das ist kein Problem.",
    "Können Sie die Datei lesen?",
    "Sie werden es nicht bereuen müssen, wenn Sie heute bestellen.",
    "Die Schuld liegt bei uns.",
    "Pas de problème.",
    "Combien de fois par jour ?",
    "Ce n'est pas grave.",
    "No hay problema.",
    "¿Cuántas veces al día?",
    "Nessun problema.",
    "Quante volte al giorno?",
    "Sem problema.",
    "Quantas vezes por dia?",
    "Geen probleem.",
    "Hoe vaak moet het filter schoon?",
    "We have been warned that a storm is coming.",
    "Nobody told us.",
)
BRUSQUE: tuple[str, ...] = (
    "As per my last e-mail, no.",
    "Read the manual first.",
    "Not possible.",
    "End of discussion.",
    "You should have read the terms.",
    "You failed to send the form.",
    "There is nothing we can do.",
    "Geht nicht.",
    "Das hätten Sie wissen müssen.",
    "Vous auriez dû lire les conditions.",
    "Debería haber leído las condiciones.",
    "Avrebbe dovuto leggere le condizioni.",
    "U had moeten lezen wat er staat.",
)
BRUSQUE_HONEST: tuple[str, ...] = (
    "In my last e-mail I forgot the attachment.",
    "It is not possible to deliver on Sunday, but Monday works.",
    "Is it possible to come earlier?",
    "You can read the manual here.",
    "There is nothing we would rather do than help.",
    "If you forgot to enclose the form, just send it later.",
    "Obviously we will pay for the postage.",
    "That is all for this month.",
    "Should you have any questions, please call.",
    "The end of the story is on page nine.",
    "Das geht nicht vor Montag, aber am Dienstag gern.",
    "Ce n'est pas impossible.",
    "No se puede entregar en domingo.",
    "Non è impossibile.",
)
PRIVATE: tuple[str, ...] = (
    "I love you so much.",
    "See you at home tonight, kisses",
    "Good night darling.",
    "XOXO",
    "Hi sweetheart, can you pick up the kids?",
    "Ich liebe dich.",
    "Hallo Schatz, bin um acht da.",
    "Je t'aime, gros bisous.",
    "Te quiero mucho, mi amor.",
    "Ti amo, tanti baci.",
    "Ik hou van je, dikke kus.",
    "Beijinhos, meu amor",
)
PRIVATE_HONEST: tuple[str, ...] = (
    "We would love you to join us.",
    "We love your new shop.",
    "I love this kettle.",
    "You will love it.",
    "Customers love your designs.",
    "Hershey's Kisses are on page two.",
    "The film 'Love Actually' is at nine.",
    "Ms Darling has signed the contract.",
    "Dear Mrs Love,",
    "Dear Ms Honey,",
    "See you on Tuesday.",
    "See you tonight at the fair.",
    "Who picks up the parcel?",
    "You can pick up the kids menu at the counter.",
    "Valentine's Day: say I love flowers.",
    "Love,\nAnn",
    "Honey, jam and tea are on offer.",
    "Hugo Sweet, sales",
    "The naked truth about kettles",
    "Hallo Frau Schatz, die Ware ist da.",
    "Sehr geehrter Herr Schatz,",
    "Der Schatz im Silbersee ist ausgeliehen.",
    "Liebe Frau Süß,",
    "Ich liebe dieses Produkt.",
    "Bisou est un mot court.",
    "J'aime votre boutique.",
    "L'amour est dans le pré, à 21 h.",
    "Quiero mi dinero.",
    "Te quiero ayudar con el pedido.",
    "Mi amor por los libros es conocido.",
    "Amo questo negozio.",
    "Ik hou van koffie.",
    "Adoro este produto.",
    "Call me when you are at home, and our technician will come.",
    "Dinner is served at eight.",
)
BEREAVED: tuple[str, ...] = (
    "I am writing because my mother passed away last week.",
    "My late husband had an account with you.",
    "My wife has sadly died and I want to close her account.",
    "Our son died in May.",
    "We lost our daughter this spring.",
    "After the death of my father I found your invoice.",
    "The account holder has passed away.",
    "There has been a death in the family.",
    "My dad's funeral is on Friday.",
    "Mein Mann ist letzte Woche verstorben.",
    "Meine Mutter ist gestorben.",
    "Nach dem Tod meines Vaters möchte ich kündigen.",
    "Mein verstorbener Mann war Ihr Kunde.",
    "Suite au décès de ma mère, je vous écris.",
    "Mon mari est décédé en mars.",
    "Mi padre falleció hace un mes.",
    "Tras el fallecimiento de mi esposa escribo.",
    "Mio padre è morto a marzo.",
    "Dopo la morte di mia madre scrivo.",
    "Meu pai faleceu em maio.",
    "Mijn moeder is vorige week overleden.",
    "Na het overlijden van mijn man schrijf ik u.",
)
ILL: tuple[str, ...] = (
    "I was diagnosed with cancer in May.",
    "My husband is in hospital after a stroke.",
    "I am seriously ill and cannot travel.",
    "Ich liege seit Montag im Krankenhaus.",
    "Meine Frau ist schwer erkrankt.",
    "Je suis hospitalisée depuis lundi.",
    "Estoy ingresada en el hospital.",
    "Sono ricoverato da lunedì.",
    "Ik ben ernstig ziek.",
)
NO_GRIEF: tuple[str, ...] = (
    "My payment is late, sorry.",
    "The battery is dead.",
    "We passed away the time with cards.",
    "The late train made me miss the shop.",
    "My phone died yesterday.",
    "My son's phone died.",
    "My husband is dying to see the new kettle.",
    "I lost my wife's ring, do you sell a new one?",
    "We lost our son's shoe in your shop.",
    "My mother is a customer too.",
    "I am sick of waiting.",
    "This is a sick design!",
    "My late order has arrived.",
    "The deadline passed.",
    "I died laughing.",
    "The plants died.",
    "Is the hospital near your shop?",
    "Do you deliver to a hospital?",
    "The line is dead.",
    "My daughter passed her exam!",
    "My brother lost his card.",
    "I lost my password.",
    "I am ill-informed about the prices.",
    "Die Batterie ist tot.",
    "Mein Mann ist begeistert.",
    "Ich bin krank vor Neugier.",
    "Der Film 'Der Tod in Venedig' ist gut.",
    "Mon mari est ravi.",
    "La pile est morte.",
    "Mi padre ha pedido una tetera.",
    "La batería está muerta.",
    "Mio padre è molto contento.",
    "La batteria è morta.",
    "Meu pai morava em Lisboa.",
    "Mijn man is blij.",
    "De batterij is leeg.",
    "Mein Sohn ist gestern gekommen.",
    "A bereavement leave policy is what I look for in your shop.",
    "My grandmother is 90 and wants a kettle.",
    "My partner and I have moved.",
    "I have a question about cancer insurance.",
    "My mother has a cancer policy with you.",
    "My cancer cover ends in May.",
    "My son is a doctor in the hospital.",
    "My wife works in intensive care.",
    "Mein Mann ist Arzt im Krankenhaus.",
    "Wir sammeln für Menschen, die an Krebs erkranken.",
    "Ich habe Krebs und Hummer bestellt.",
    "Tengo un seguro de cáncer con ustedes.",
    "El importe ya está ingresado en mi cuenta.",
    "Tenho um seguro contra o cancro.",
)
CHEERFUL: tuple[str, ...] = (
    "Great news! Your account is closed.",
    "Have a fantastic day!",
    "Happy to help!",
    "We are thrilled to tell you that it is done.",
    "Done 😊",
    "Done :-)",
    "Hi! It is done! The form is here! Bye!",
    "Don't miss our special offer.",
    "Gute Nachrichten: das Konto ist geschlossen.",
    "Wir wünschen Ihnen einen sonnigen Tag.",
    "Bonne nouvelle : le compte est clos.",
    "¡Buenas noticias! La cuenta está cerrada.",
    "Ottime notizie: il conto è chiuso.",
    "Boas notícias: a conta está fechada.",
    "Goed nieuws: de rekening is gesloten.",
)
CANNED: tuple[str, ...] = (
    "Thank you for contacting us. We aim to respond within two days.",
    "Your request has been received.",
    "Dear valued customer, the form is below.",
    "This is an automated message.",
    "Vielen Dank für Ihre Anfrage.",
    "Merci de nous avoir contactés.",
    "Gracias por contactar con nosotros.",
    "Grazie per averci contattato.",
    "Obrigado por entrar em contacto.",
    "Bedankt voor uw bericht.",
)
FITTING: tuple[str, ...] = (
    "I am so sorry for your loss. I have closed the account today.",
    "Thank you for contacting us. Please accept our condolences.",
    "My condolences. Please take all the time that you need.",
    "We were saddened to read of your mother's death. Nothing more is due.",
    "I have closed the account; you need do nothing more. Our thoughts are with you.",
    "Our deepest sympathy. I will take care of the rest myself!",
    "I am sorry to hear that you are ill. Take your time; the order can wait.",
    "We are happy to help with closing the account in this difficult time.",
    "I hope you get well soon. The order is cancelled.",
    "Unser herzliches Beileid. Das Konto ist geschlossen.",
    "Liebe Frau Lang!\n\nUnser aufrichtiges Beileid. Ich kümmere mich um alles.",
    "Es tut uns sehr leid. Vielen Dank für Ihre Nachricht.",
    "Nous vous présentons nos sincères condoléances.",
    "Lamentamos su pérdida. La cuenta está cerrada.",
    "Le nostre condoglianze. Il conto è chiuso.",
    "Os nossos sentimentos. A conta está fechada.",
    "Gecondoleerd met uw verlies. De rekening is gesloten.",
    "I have closed the account as you asked.",
)
COMPLAINTS: tuple[str, ...] = (
    "I want to complain about your driver.",
    "The kettle arrived broken.",
    "It does not work.",
    "I am still waiting for my refund.",
    "This is unacceptable.",
    "I am very disappointed.",
    "You charged me twice.",
    "I want my money back.",
    "Nobody has answered my mails.",
    "I am fed up with you.",
    "This is outrageous!",
    "Ich möchte mich beschweren.",
    "Die Ware ist immer noch nicht da.",
    "Das ist eine Frechheit.",
    "La bouilloire ne fonctionne pas.",
    "C'est inadmissible et scandaleux.",
    "La tetera no funciona.",
    "Non ho ancora ricevuto il pacco.",
    "A chaleira não funciona.",
    "De waterkoker werkt niet.",
)
CONTENT: tuple[str, ...] = (
    "Thank you, the kettle is lovely.",
    "When are you open?",
    "I would like to order two more.",
    "Can I collect it on Tuesday?",
    "I have no complaints at all.",
    "The red one looks nice.",
    "Wann haben Sie geöffnet?",
    "Merci beaucoup.",
    "Gracias por todo.",
    "Tutto bene, grazie.",
    "Obrigada por tudo.",
    "Dank u wel.",
)
APOLOGY_NO_PLAN: tuple[str, ...] = (
    "We are very sorry that your parcel was lost.",
    "We apologise for the mistake. It should not have happened.",
    "Please accept our sincere apologies. Quality is dear to us.",
    "I am really sorry about the mix-up.",
    "Wir bitten um Entschuldigung. Qualität ist uns wichtig.",
    "Es tut uns sehr leid, dass die Ware defekt war.",
    "Nous vous présentons nos excuses. La qualité nous est chère.",
    "Le pedimos disculpas por el error.",
    "Ci scusiamo per l'errore.",
    "Pedimos desculpa pelo erro.",
    "Onze excuses voor de fout.",
)
APOLOGY_BLAME: tuple[str, ...] = (
    "We apologise for the mistake. My colleague forgot to send it. We will send it today.",
    "I am sorry that it was lost. Our new intern messed up. You will get a new one.",
    "I am sorry that it is late. That is another department's fault. It will leave today.",
    "We apologise for the error. It was not my fault. I will correct it.",
    "Ich entschuldige mich. Mein Kollege hat es vergessen. Ich schicke es heute.",
    "Je m'excuse pour l'erreur. Mon collègue a oublié. Je vais l'envoyer.",
    "Pedimos disculpas por el error. Mi compañero se equivocó. Vamos a enviarlo.",
    "Ci scusiamo per l'errore. Il mio collega ha dimenticato. Provvederemo oggi.",
    "Pedimos desculpa pelo erro. O meu colega esqueceu-se. Vamos enviar hoje.",
    "Onze excuses voor de fout. Mijn collega is het vergeten. Wij sturen het vandaag.",
)
APOLOGY_DISOWNED: tuple[str, ...] = (
    "Mistakes were made, and we will look at them.",
    "We apologise if you were upset by this.",
    "I am sorry if you feel offended.",
    "We are sorry you feel that way.",
    "If you felt hurt by our letter, that was not meant.",
    "Es wurden Fehler gemacht.",
    "Falls Sie sich verletzt fühlen, war das nicht gemeint.",
    "Des erreurs ont été commises.",
    "Se cometieron errores.",
    "Sono stati commessi errori.",
    "Foram cometidos erros.",
    "Er zijn fouten gemaakt.",
)
APOLOGY_HONEST: tuple[str, ...] = (
    "We are sorry that your parcel was lost. We have sent a new one today.",
    "We apologise for the mistake. You will have your money back by Friday.",
    "I am sorry about the mix-up; the right size leaves tomorrow.",
    "Sorry for the delay.",
    "Sorry for the late reply, I was on holiday.",
    "We apologise for any inconvenience.",
    "Apologies for cross-posting.",
    "I am sorry to hear that.",
    "I am sorry for your loss.",
    "Sorry, we are closed on Sunday.",
    "My colleague forgot his umbrella.",
    "My colleague will call you.",
    "The intern has finished the list.",
    "Sorry to bother you.",
    "Sorry if this is the wrong list.",
    "We regret that the item is sold out.",
    "You need not apologise.",
    "No need to be sorry for anything.",
    "The warehouse is closed on Monday.",
    "If you feel unwell, see a doctor.",
    "If you are disappointed with a product, send it back.",
    "No errors were found.",
    "How mistakes are made, and how to avoid them: our new book.",
    "Wir bitten um Entschuldigung. Den Ersatz erhalten Sie bis Freitag.",
    "Entschuldigen Sie die späte Antwort.",
    "Mein Kollege ruft Sie an.",
    "Leider ist der Artikel ausverkauft.",
    "Der Fehler wurde behoben.",
    "Nous vous présentons nos excuses. Vous recevrez un nouveau colis.",
    "Désolé pour le retard de ma réponse.",
    "Mon collègue vous appellera.",
    "Le pedimos disculpas por el error. Vamos a enviarle otro.",
    "Disculpe el retraso.",
    "Mi compañera le llamará.",
    "Ci scusiamo per l'errore. Riceverà il rimborso entro venerdì.",
    "Scusi il ritardo.",
    "Pedimos desculpa pelo erro. Vamos devolver o valor.",
    "Onze excuses voor de fout. U ontvangt morgen een nieuwe.",
    "Sorry voor de late reactie.",
    "Please accept our apologies; the refund will reach you in two days.",
)
# Whole mails of many kinds, as a shop, a bank, a landlord or a colleague may send them in answer to
# a customer who has complained; none of the checks has anything to say about them.
HONEST: tuple[str, ...] = (
    (
        "Dear Maria,\n\nI am sorry that the kettle arrived broken. A new one left our house today and "
        "will be with you on Thursday.\n\nKind regards\nAnn Long\nThe Shop"
    ),
    (
        "Hello Mr Lopez,\n\nplease send the kettle back with the label that is attached. We pay the "
        "postage and will refund you within a week.\n\nBest wishes\nTom Reed"
    ),
    (
        "Dear customer,\n\nyour invoice 4711 of 2 February is due on 16 March. You can pay it at "
        "https://shop.example/pay.\n\nYours sincerely\nThe Shop"
    ),
    (
        "Dear Ms Chen,\n\nyour appointment is on Tuesday, 3 March at 10:30. Please bring your card.\n\n"
        "Kind regards\nDr Hancock's practice"
    ),
    "Hi Priya,\n\nthe meeting moves to room 4. Can you bring the figures?\n\nCheers\nDick",
    (
        "Dear tenants,\n\nthe water will be off on Monday from 8 to 12. Please call me on +44 20 7946 "
        "0958 if that is a problem.\n\nRegards\nJ. Cox"
    ),
    (
        "Hello,\n\nwe have read your complaint and talked to the driver. We will call you tomorrow to "
        "agree on what happens next.\n\nKind regards\nEve Fanning"
    ),
    (
        "Dear Maria,\n\nyou were right: we charged you twice. The second charge is on its way back to "
        "your card and should arrive within five days.\n\nKind regards\nAnn Long"
    ),
    (
        "Hello Sam,\n\nthank you for your patience, and sorry for the delay. The part is here, and we "
        "can repair the boiler on Friday. Please tell me if that suits you.\n\nAnn Long"
    ),
    (
        "Dear Mr Okafor,\n\nwe cannot extend the guarantee, but we can offer you the repair at cost. "
        "Just reply to this mail if you would like that.\n\nKind regards\nRandy Newman"
    ),
    (
        "Dear parents,\n\nthe trip to Scunthorpe is on 4 June. Please send the form back by Friday.\n\n"
        "Yours sincerely\nW. Willy, headmaster"
    ),
    (
        "Dear reader,\n\nthis month: how to descale a kettle, and an interview with Fanny Cradock's "
        "biographer. Read it at https://news.example/may.\n\nBest wishes\nThe editors"
    ),
    (
        "Dear Jo,\n\nthe price for 10 is 299.90 USD, as on our website. I have put the offer into the "
        "attachment; please call me with any questions.\n\nRegards\nB. Cockburn"
    ),
    (
        "Hello,\n\nyour password was changed on 3 March at 14:02. If it was not you, please call us on "
        "+44 20 7946 0958.\n\nThe Shop"
    ),
    (
        "Dear Dr Dick,\n\nthe results are in. Please ring the practice to discuss them; we are here "
        "until six.\n\nKind regards\nReception"
    ),
    (
        "Hello Ben,\n\nas I said on the telephone, the deposit will be paid back when the keys are "
        "here. Please bring them on Monday.\n\nRegards\nMs Pratt"
    ),
    (
        "Dear Ms Sato,\n\nI understand why you are angry, and in your place I would be too. I have "
        "asked the warehouse to look again and will write to you by noon tomorrow.\n\nAnn Long"
    ),
    (
        "Dear Maria,\n\nNO. 12 of the list is out of stock; the others leave today. I will let you know "
        "when it is back.\n\nKind regards\nAnn Long"
    ),
    (
        "Hi all,\n\nthe client is happy with the draft and has two questions, see below. Can you answer "
        "them by Wednesday?\n\nThanks\nTom"
    ),
    (
        "Dear Mr Bastarache,\n\nyour order has been cancelled, and you will not be charged. Please "
        "write to us if the amount still shows up.\n\nKind regards\nAnn Long"
    ),
    (
        "Guten Tag Frau Lang,\n\nes tut uns leid, dass der Kessel defekt war. Ein neuer ist unterwegs "
        "und wird am Donnerstag bei Ihnen sein.\n\nMit freundlichen Grüßen\nEva Sommer"
    ),
    (
        "Sehr geehrter Herr Dr. Fick,\n\nanbei erhalten Sie die Rechnung. Bitte rufen Sie mich an, wenn "
        "Sie Fragen haben.\n\nFreundliche Grüße\nK. Depp"
    ),
    (
        "Liebe Mieterinnen und Mieter,\n\nam Montag wird das Wasser abgestellt. Bei Fragen erreichen "
        "Sie mich unter +49 30 1234567.\n\nViele Grüße\nHausverwaltung Idstein"
    ),
    (
        "Hallo Frau Schatz,\n\nIhre Beschwerde liegt bei mir. Ich kümmere mich darum und melde mich bis "
        "Freitag bei Ihnen.\n\nBeste Grüße\nJens Trott"
    ),
    "Guten Morgen Tom,\n\nder Kunde hat bezahlt. Kannst du die Ware heute schicken?\n\nGruß\nAnna",
    (
        "Bonjour Madame Petit,\n\nnous sommes désolés pour ce retard. Votre colis est parti ce matin et "
        "vous recevrez un avis demain.\n\nBien cordialement\nLuc Connart"
    ),
    (
        "Madame, Monsieur,\n\nveuillez trouver ci-joint la facture du mois de mai. Pour toute question, "
        "appelez-nous.\n\nSalutations distinguées\nLa Boutique"
    ),
    (
        "Bonjour,\n\nle rendez-vous est confirmé pour mardi à 10 h. Merci de venir avec votre carte.\n\n"
        "Cordialement\nCabinet du Dr Merdrignac"
    ),
    (
        "Estimada señora López:\n\nlamentamos lo ocurrido. Hemos enviado otra tetera, que llegará el "
        "jueves. Llámenos si no es así.\n\nUn saludo\nAna Cabrona"
    ),
    (
        "Hola Pedro:\n\nla factura está pagada. Puede descargarla en https://tienda.example/f.\n\n"
        "Saludos\nLa Tienda"
    ),
    (
        "Gentile signora Rossi,\n\nci scusiamo per l'errore. Il rimborso arriverà entro venerdì. Ci "
        "contatti pure se ha domande.\n\nCordiali saluti\nLuca Stronzi"
    ),
    (
        "Buongiorno,\n\nla consegna è prevista per giovedì. Può seguirla su https://negozio.example/s.\n\n"
        "Saluti\nIl Negozio"
    ),
    (
        "Cara Maria,\n\npedimos desculpa pelo atraso. A encomenda sai amanhã e vamos devolver os portes."
        "\n\nCumprimentos\nAna Porto"
    ),
    (
        "Olá João,\n\na fatura segue em anexo. Ligue-nos se tiver dúvidas.\n\nCom os melhores "
        "cumprimentos\nA Loja"
    ),
    (
        "Beste mevrouw De Vries,\n\nonze excuses voor de fout. U ontvangt morgen een nieuwe waterkoker."
        "\n\nMet vriendelijke groet\nJan Kutsch"
    ),
    "Hallo Piet,\n\nde factuur is betaald. Bel ons gerust als er nog vragen zijn.\n\nGroeten\nAnna",
    (
        "Dear Maria,\n\nhere is your ticket for Saturday. Doors open at 19:00. You can change it at "
        "https://tickets.example until Friday.\n\nThe Essex Arts Centre"
    ),
    (
        "Dear all,\n\nminutes of Monday: 1. The client wants the blue one. 2. Ann calls him today. "
        "3. We meet again on 9 March.\n\nBest\nTom"
    ),
    (
        "Dear Ms Grant,\n\nwe are closing your case as you asked. If it happens again, simply reply to "
        "this mail and it comes back to me.\n\nKind regards\nAnn Long"
    ),
    (
        "Dear Mr Hurt,\n\nI have moved your booking to 12 May at no charge. You will find the new "
        "voucher below.\n\nKind regards\nAnn Long"
    ),
    (
        "Hello Maria,\n\nthe manual is at https://shop.example/manual; page 4 shows how the lid comes "
        "off. Please try it so, and call me if it does not help.\n\nAnn Long"
    ),
    (
        "Dear Sir or Madam,\n\nwe acknowledge your letter of 3 March and will answer it by 17 March.\n\n"
        "Yours faithfully\nCounty Council, Middlesex"
    ),
)
