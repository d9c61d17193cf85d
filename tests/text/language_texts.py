"""Sentences of business mail, written for the tests: each stands for itself."""

from __future__ import annotations

MAIN = {
    "en": [
        "Thank you for your order, which we sent this morning.",
        "I am sorry that nobody called you back yesterday.",
        "Please let us know when the parcel has arrived.",
        "The invoice for March is attached to this message.",
        "Could you tell me which of the two addresses is right?",
        "We will look into it and write again on Monday.",
        "Your appointment has been moved to the afternoon.",
        "There is nothing more that you need to do.",
    ],
    "de": [
        "Vielen Dank für Ihre Bestellung, die wir heute verschickt haben.",
        "Es tut mir leid, dass Sie gestern niemand zurückgerufen hat.",
        "Bitte sagen Sie uns, wenn das Paket angekommen ist.",
        "Die Rechnung für März hängt an dieser Nachricht.",
        "Welche der beiden Adressen ist denn die richtige?",
        "Wir sehen uns das an und schreiben am Montag wieder.",
        "Ihr Termin wurde auf den Nachmittag verlegt.",
        "Mehr müssen Sie nicht tun.",
    ],
    "fr": [
        "Merci pour votre commande, que nous avons envoyée ce matin.",
        "Je suis désolé que personne ne vous ait rappelé hier.",
        "Dites-nous quand le colis sera arrivé.",
        "La facture du mois de mars est jointe à ce message.",
        "Laquelle de ces deux adresses est la bonne ?",
        "Nous allons regarder cela et vous écrire lundi.",
        "Votre rendez-vous a été déplacé dans l'après-midi.",
        "Vous n'avez rien d'autre à faire.",
    ],
    "es": [
        "Gracias por su pedido, que enviamos esta mañana.",
        "Siento que nadie le haya llamado ayer.",
        "Díganos por favor cuando haya llegado el paquete.",
        "La factura de marzo va adjunta a este mensaje.",
        "¿Cuál de las dos direcciones es la correcta?",
        "Lo vamos a mirar y le escribiremos el lunes.",
        "Su cita se ha cambiado a la tarde.",
        "No tiene que hacer nada más.",
    ],
    "it": [
        "Grazie per il suo ordine, che abbiamo spedito questa mattina.",
        "Mi dispiace che nessuno l'abbia richiamata ieri.",
        "Ci faccia sapere quando il pacco sarà arrivato.",
        "La fattura di marzo è allegata a questo messaggio.",
        "Quale dei due indirizzi è quello giusto?",
        "Lo guardiamo e le scriviamo di nuovo lunedì.",
        "Il suo appuntamento è stato spostato al pomeriggio.",
        "Non deve fare altro.",
    ],
    "pt": [
        "Obrigado pela sua encomenda, que enviámos esta manhã.",
        "Lamento que ninguém lhe tenha telefonado ontem.",
        "Diga-nos por favor quando a encomenda tiver chegado.",
        "A fatura de março vai em anexo a esta mensagem.",
        "Qual dos dois endereços é o correto?",
        "Vamos ver isso e voltamos a escrever na segunda-feira.",
        "A sua consulta foi mudada para a tarde.",
        "Não precisa de fazer mais nada.",
    ],
    "nl": [
        "Bedankt voor uw bestelling, die we vanmorgen hebben verstuurd.",
        "Het spijt me dat niemand u gisteren heeft teruggebeld.",
        "Laat ons weten wanneer het pakket is aangekomen.",
        "De factuur van maart zit bij dit bericht.",
        "Welke van de twee adressen is het juiste?",
        "We kijken ernaar en schrijven maandag weer.",
        "Uw afspraak is verzet naar de middag.",
        "U hoeft verder niets te doen.",
    ],
}
OTHERS = {
    "sv": [
        "Tack för din beställning, som vi skickade i morse.",
        "Jag är ledsen att ingen ringde tillbaka till dig i går.",
        "Fakturan för mars är bifogad i det här meddelandet.",
    ],
    "da": [
        "Tak for din bestilling, som vi sendte i morges. Du skal ikke gøre noget, vi skriver igen når den er her.",
        "Jeg er ked af, at der ikke var nogen, som ringede til dig efter mødet. Det skulle have været os.",
    ],
    "pl": [
        "Dziękujemy za zamówienie, które wysłaliśmy dziś rano.",
        "Przykro mi, że nikt do pani nie oddzwonił.",
        "Faktura za marzec jest w załączniku do tej wiadomości.",
    ],
    "cs": [
        "Děkujeme za vaši objednávku, kterou jsme dnes ráno odeslali.",
        "Je mi líto, že vám včera nikdo nezavolal.",
    ],
    "fi": [
        "Kiitos tilauksesta, jonka lähetimme tänään. Kun se on perillä, niin kirjoita meille vielä.",
        "Lasku on tämän viestin mukana, mutta voit maksaa sen myös myöhemmin.",
    ],
    "hu": [
        "Köszönjük a megrendelést, amely már úton van. Nem kell mást tennie.",
        "Sajnálom, hogy tegnap nem hívta vissza önt senki, és elnézést kérek.",
    ],
    "ro": [
        "Vă mulțumim pentru comanda dumneavoastră, care a fost trimisă azi.",
        "Factura este atașată la acest mesaj și nu mai trebuie să faceți nimic.",
    ],
    "tr": [
        "Siparişiniz için teşekkür ederiz, bu sabah gönderildi.",
        "Dün kimse sizi aramadığı için üzgünüm, bir daha olmayacak.",
    ],
    "ru": [
        "Спасибо за ваш заказ, мы отправили его сегодня утром и сообщим, когда вы его получите."
    ],
    "uk": ["Дякуємо за ваше замовлення, ми надіслали його сьогодні вранці, і воно вже їде до вас."],
    "el": ["Ευχαριστούμε για την παραγγελία σας, την οποία στείλαμε σήμερα το πρωί."],
    "ja": ["ご注文ありがとうございます。今朝発送しました。"],
    "zh": ["谢谢您的订单,我们今天早上已经发货了。"],
    "ko": ["주문해 주셔서 감사합니다. 오늘 아침에 발송했습니다."],
    "ar": ["شكرا على طلبك الذي أرسلناه هذا الصباح."],
    "he": ["תודה על ההזמנה שלך, ששלחנו הבוקר."],
}

# Written after the word lists, and never used to choose a word: the honest measure.
HELD = {
    "en": [
        "Our driver tried to reach the shop twice but found it closed.",
        "Both keys were returned in good condition last week.",
        "If anything is unclear, simply reply to this mail.",
        "The second room on the left is free until noon.",
        "They promised a refund, and it never came.",
        "Would a shorter contract suit your company better?",
    ],
    "de": [
        "Unser Fahrer stand zweimal vor dem geschlossenen Laden.",
        "Beide Schlüssel kamen letzte Woche in gutem Zustand zurück.",
        "Falls etwas unklar ist, antworten Sie einfach auf diese Mail.",
        "Das zweite Zimmer links ist bis Mittag frei.",
        "Man hat mir eine Erstattung versprochen, und sie kam nie.",
        "Würde ein kürzerer Vertrag besser zu Ihrer Firma passen?",
    ],
    "fr": [
        "Notre chauffeur a trouvé deux fois le magasin fermé.",
        "Les deux clés sont revenues en bon état la semaine dernière.",
        "Si un point reste obscur, répondez simplement à ce courriel.",
        "La deuxième chambre à gauche est libre jusqu'à midi.",
        "On m'avait promis un remboursement, il n'est jamais venu.",
        "Un contrat plus court conviendrait-il mieux à votre entreprise ?",
    ],
    "es": [
        "Nuestro conductor encontró dos veces la tienda cerrada.",
        "Las dos llaves volvieron en buen estado la semana pasada.",
        "Si algo no queda claro, responda simplemente a este correo.",
        "La segunda habitación a la izquierda está libre hasta mediodía.",
        "Me prometieron un reembolso y nunca llegó.",
        "¿Convendría más un contrato corto a su empresa?",
    ],
    "it": [
        "Il nostro autista ha trovato due volte il negozio chiuso.",
        "Entrambe le chiavi sono tornate in buono stato la scorsa settimana.",
        "Se qualcosa non è chiaro, risponda semplicemente a questa mail.",
        "La seconda camera a sinistra è libera fino a mezzogiorno.",
        "Mi avevano promesso un rimborso che non è mai arrivato.",
        "Un contratto più breve andrebbe meglio per la vostra azienda?",
    ],
    "pt": [
        "O nosso motorista encontrou duas vezes a loja fechada.",
        "As duas chaves voltaram em bom estado na semana passada.",
        "Se algo não estiver claro, responda simplesmente a este correio.",
        "O segundo quarto à esquerda está livre até ao meio-dia.",
        "Prometeram-me um reembolso que nunca chegou.",
        "Um contrato mais curto serviria melhor à sua empresa?",
    ],
    "nl": [
        "Onze chauffeur stond twee keer voor een gesloten winkel.",
        "Beide sleutels kwamen vorige week in goede staat terug.",
        "Is er iets onduidelijk, antwoord dan gewoon op deze mail.",
        "De tweede kamer links is vrij tot twaalf uur.",
        "Mij was een vergoeding beloofd, maar die kwam er nooit.",
        "Zou een korter contract beter bij uw bedrijf passen?",
    ],
}
