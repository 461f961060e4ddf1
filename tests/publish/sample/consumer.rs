//! Code that uses all that the client and the types of the shop have, as strictly as Rust allows: structs are written down with all their
//! members, and no `match` has an arm for what is left. The crate is called `shop` here.

use shop::runtime::{CallError, Find, Operation, Put, Token};
use shop::types::{
    Card, Good, GoodWeight, Invoice, Line, Order, OrderCreate, OrderList, Payment, State, operations, schemas,
};
use shop::{
    Client, CreateOrder, DeleteLine, DeleteLineProblem, GetGood, GetLine, ListOrders, ListOrdersQuery, PutGood,
};

pub fn card() -> Card {
    Card { number: String::new() }
}

pub fn invoice() -> Invoice {
    Invoice { address: String::new() }
}

pub fn goods() -> [Good; 2] {
    [Good { name: String::new(), price: Some(1.0_f64), weight: Some(GoodWeight::N5) }, Good::new("a pen")]
}

pub fn lines(count: i64) -> [Line; 2] {
    let [sku, from, to] = ["sku", "from", "to"].map(str::to_owned);
    let payment = Some(Payment::from(card()));
    [Line { sku, count, from, to, gift: Some(String::new()), payment }, Line::new("sku", count, "from", "to")]
}

pub fn orders() -> (Order, OrderCreate, OrderCreate, OrderList) {
    let lines = || Vec::from(lines(1));
    let order = Order { id: String::new(), state: State::Open, lines: lines(), note: Some(String::new()) };
    let create = OrderCreate { buyer: String::new(), lines: lines(), note: None };
    (order, create, OrderCreate::new(lines(), "a buyer"), OrderList { orders: Vec::new() })
}

pub fn state(state: &State) -> u8 {
    match state {
        State::Open => 0,
        State::Paid => 1,
        State::Sent => 2,
        State::Unknown(_) => 3,
    }
}

pub fn payment(payment: Payment) -> String {
    match payment {
        Payment::Card(card) => card.number,
        Payment::Invoice(invoice) => invoice.address,
    }
}

pub fn query() -> ListOrdersQuery {
    ListOrdersQuery { page: Some(1_u64), state: Some(State::Open), labels: Some(vec![String::new()]) }
}

pub fn connect() -> Result<Client, Box<dyn std::error::Error>> {
    Ok(Client::new(shop::servers::shop_example_v1()?, Token::new("..."))?)
}

pub async fn call(client: &Client, order: &OrderCreate, good: &Good) -> Result<(), Box<dyn std::error::Error>> {
    let _: OrderList = client.list_orders(query()).retries(1).await?.value;
    let _: Order = client.create_order(order).await?.value;
    match client.get_line("id", "line").await? {
        Find::Found { value, .. } => drop::<Line>(value),
        Find::NotFound(..) => {}
    }
    match client.delete_line("id", "line").await {
        Ok(_) => {}
        Err(CallError::Declared(DeleteLineProblem::Conflict(problem), _)) => drop(problem),
        Err(error) => return Err(error.into()),
    }
    match client.get_good("sku").await? {
        Find::Found { value, .. } => drop::<Good>(value),
        Find::NotFound(..) => {}
    }
    match client.put_good("sku", good).await? {
        Put::Created { value, .. } | Put::Replaced { value, .. } | Put::Stored { value, .. } => drop::<Good>(value),
    }
    Ok(())
}

pub fn operation<O: Operation>() {}

pub fn all() {
    operation::<ListOrders>();
    operation::<CreateOrder>();
    operation::<GetLine>();
    operation::<DeleteLine>();
    operation::<GetGood>();
    operation::<PutGood>();
    let _ = [&operations::LIST_ORDERS, &operations::GET_LINE, &operations::DELETE_LINE, &operations::PUT_GOOD];
    let _ = [&schemas::LINE, &schemas::GOOD, &schemas::STATE];
}
